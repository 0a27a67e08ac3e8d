import { z } from 'zod';
import { formatDay, formatInstant } from '../instants.js';
import type { Page } from '../models/page.js';
import { tagWords, type Patient } from '../models/patient.js';
import { birthDate, email, name, object, several, text, word, words } from './fields.js';
import { byInstant, pageOut, pageQuery } from './pages.js';

const order = byInstant('createdAt');
const nullable = { email: email.nullable(), birth_date: birthDate.nullable(), note: text(2000).nullable() };

export const patientIn = object({
  name,
  email: nullable.email.default(null),
  birth_date: nullable.birth_date.default(null),
  note: nullable.note.default(null),
  tags: words(20).default([]),
});

export const patientPatch = object({
  name: name.optional(),
  email: nullable.email.optional(),
  birth_date: nullable.birth_date.optional(),
  note: nullable.note.optional(),
  tags: words(20).optional(),
});

export const patientQuery = pageQuery(
  {
    search: text(100).min(1).optional(),
    tag: several(word).optional(),
    match: z.enum(['any', 'all']).default('any'),
  },
  order,
);

export const patientOut = (patient: Patient) => ({
  id: patient.id,
  name: patient.name,
  email: patient.email,
  birth_date: patient.birthDate && formatDay(patient.birthDate),
  note: patient.note,
  tags: tagWords(patient),
  created_at: formatInstant(patient.createdAt),
});

export const patientPage = (page: Page<Patient>) => pageOut(page, patientOut, order);
