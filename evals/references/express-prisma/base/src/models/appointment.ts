import type { Prisma } from '../generated/prisma/client.js';
import { Status } from '../generated/prisma/enums.js';
import type { AppointmentModel } from '../generated/prisma/models.js';

export { Status };

const ref = { select: { id: true, name: true } } as const;

/** What is read along with an appointment: a fixed number of statements, for one as for a page of them. */
export const appointmentDetails = {
  // Deleted or not: a patient has a name in the appointments that it had.
  patient: ref,
  practitioner: ref,
  room: ref,
  invoice: { select: { id: true } },
  treatments: { orderBy: { id: 'asc' } },
} satisfies Prisma.AppointmentInclude;

export type Appointment = Prisma.AppointmentGetPayload<{ include: typeof appointmentDetails }>;

export type AppointmentRow = AppointmentModel;

export type AppointmentInput = Pick<
  AppointmentRow,
  'patientId' | 'practitionerId' | 'roomId' | 'startsAt' | 'endsAt'
>;

export interface AppointmentFilters {
  patientId?: number | undefined;
  practitionerId?: number | undefined;
  roomId?: number | undefined;
  status?: Status[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}
