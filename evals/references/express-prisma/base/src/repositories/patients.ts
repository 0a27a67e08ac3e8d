import { Prisma } from '../generated/prisma/client.js';
import type { InstantKey, Page, PageRequest } from '../models/page.js';
import {
  patientDetails,
  type Patient,
  type PatientChanges,
  type PatientFilters,
  type PatientInput,
} from '../models/patient.js';
import { escapeLike, fold } from '../text.js';
import { Repository, afterInstant, pageOf, refuseDuplicate } from './repository.js';
import { uniqueRows } from './words.js';

const TABLE = Prisma.sql`patients`;
const PRESENT = { deletedAt: null };

export class PatientRepository extends Repository {
  create({ tags, ...values }: PatientInput & { createdAt: Date }): Promise<Patient> {
    const created = this.db.patient.create({
      data: { ...values, ...foldedName(values.name), ...foldedEmail(values.email), tags: { create: uniqueRows(tags) } },
      include: patientDetails,
    });
    return refuseEmail(created);
  }

  list({ search, tag, match }: PatientFilters, page: PageRequest<InstantKey>): Promise<Page<Patient>> {
    const conditions: Prisma.PatientWhereInput[] = [PRESENT];
    if (search) conditions.push(mentions(search));
    if (tag) conditions.push(tagged(tag, match));
    const beyond = afterInstant(page, (createdAt) => ({ createdAt }));
    return pageOf(
      page.limit,
      this.db.patient.count({ where: { AND: conditions } }),
      this.db.patient.findMany({
        where: { AND: beyond ? [...conditions, beyond] : conditions },
        include: patientDetails,
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: page.limit + 1,
      }),
    );
  }

  read(id: number): Promise<Patient | null> {
    return this.db.patient.findUnique({ where: { id, ...PRESENT }, include: patientDetails });
  }

  async exists(id: number): Promise<boolean> {
    return (await this.db.patient.count({ where: { id, ...PRESENT } })) > 0;
  }

  async lock(id: number): Promise<Patient | null> {
    return (await this.lockRow(TABLE, id)) ? this.read(id) : null;
  }

  update({ id }: Patient, { tags, ...values }: PatientChanges): Promise<Patient> {
    const updated = this.db.patient.update({
      where: { id },
      data: {
        ...values,
        ...(values.name !== undefined && foldedName(values.name)),
        ...(values.email !== undefined && foldedEmail(values.email)),
        ...(tags && { tags: { deleteMany: {}, create: uniqueRows(tags) } }),
      },
      include: patientDetails,
    });
    return refuseEmail(updated);
  }

  async delete({ id }: Patient, deletedAt: Date): Promise<void> {
    await this.db.patient.update({ where: { id }, data: { deletedAt } });
  }
}

function foldedName(name: string) {
  return { nameFolded: fold(name) };
}

function foldedEmail(email: string | null) {
  return { emailFolded: email === null ? null : fold(email) };
}

/** Name or email contains the text. Both sides are folded, so that no collation has a say. */
function mentions(text: string): Prisma.PatientWhereInput {
  // Prisma hands the text on as a part of a LIKE pattern, with its wildcards alive.
  const contains = escapeLike(fold(text));
  return { OR: [{ nameFolded: { contains } }, { emailFolded: { contains } }] };
}

function tagged(words: string[], match: PatientFilters['match']): Prisma.PatientWhereInput {
  if (match === 'any') return { tags: { some: { word: { in: words } } } };
  return { AND: uniqueRows(words).map(({ word }) => ({ tags: { some: { word } } })) };
}

function refuseEmail<T>(written: Promise<T>): Promise<T> {
  return refuseDuplicate(written, 'patients_email', 'email_taken', 'Another patient has this email.');
}
