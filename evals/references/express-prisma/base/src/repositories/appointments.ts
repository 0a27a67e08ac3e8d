import { Prisma, type Status } from '../generated/prisma/client.js';
import {
  appointmentDetails,
  type Appointment,
  type AppointmentFilters,
  type AppointmentInput,
  type AppointmentRow,
} from '../models/appointment.js';
import type { InstantKey, Page, PageRequest } from '../models/page.js';
import { Repository, afterInstant, pageOf } from './repository.js';

const TABLE = Prisma.sql`appointments`;

export class AppointmentRepository extends Repository {
  create(appointment: AppointmentInput & { createdAt: Date }): Promise<Appointment> {
    return this.db.appointment.create({ data: appointment, include: appointmentDetails });
  }

  list(filters: AppointmentFilters, page: PageRequest<InstantKey>): Promise<Page<Appointment>> {
    const { patientId, practitionerId, roomId, status, from, to } = filters;
    // Prisma takes no notice of what is undefined.
    const where: Prisma.AppointmentWhereInput = {
      patientId,
      practitionerId,
      roomId,
      status: status && { in: status },
      endsAt: from && { gt: from },
      startsAt: to && { lt: to },
    };
    const beyond = afterInstant(page, (startsAt) => ({ startsAt }));
    return pageOf(
      page.limit,
      this.db.appointment.count({ where }),
      this.db.appointment.findMany({
        where: beyond ? { AND: [where, beyond] } : where,
        include: appointmentDetails,
        orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
        take: page.limit + 1,
      }),
    );
  }

  read(id: number): Promise<Appointment | null> {
    return this.db.appointment.findUnique({ where: { id }, include: appointmentDetails });
  }

  async lock(id: number): Promise<AppointmentRow | null> {
    return (await this.lockRow(TABLE, id)) ? this.db.appointment.findUnique({ where: { id } }) : null;
  }

  /** Whether the practitioner or the room has an appointment that shares a moment with these times. */
  async overlap({ practitionerId, roomId, startsAt, endsAt }: AppointmentInput): Promise<boolean> {
    const found = await this.db.appointment.findFirst({
      where: {
        OR: [{ practitionerId }, { roomId }],
        status: { not: 'cancelled' },
        startsAt: { lt: endsAt },
        endsAt: { gt: startsAt },
      },
      select: { id: true },
    });
    return found !== null;
  }

  update({ id }: AppointmentRow, values: { status: Status }): Promise<Appointment> {
    return this.db.appointment.update({ where: { id }, data: values, include: appointmentDetails });
  }
}
