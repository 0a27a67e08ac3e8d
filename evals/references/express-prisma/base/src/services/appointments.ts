import { now } from '../clock.js';
import { Conflict, Invalid, found, refer } from '../errors.js';
import { addMinutes } from '../instants.js';
import type { Appointment, AppointmentFilters, AppointmentInput, Status } from '../models/appointment.js';
import type { InstantKey, Page, PageRequest } from '../models/page.js';
import type { Treatment, TreatmentInput } from '../models/treatment.js';
import type { User } from '../models/user.js';
import { taxOf } from '../money.js';
import type { Units } from '../unitOfWork.js';
import { record } from './audit.js';

const LONGEST_MINUTES = 8 * 60;
const NEXT: Record<Status, readonly Status[]> = {
  scheduled: ['confirmed', 'cancelled'],
  confirmed: ['completed', 'cancelled', 'no_show'],
  completed: [],
  cancelled: [],
  no_show: [],
};
const TREATABLE: readonly Status[] = ['confirmed', 'completed'];

export class AppointmentService {
  constructor(private readonly units: Units) {}

  async create(input: AppointmentInput): Promise<Appointment> {
    refuseTimes(input);
    return this.units.work(async (work) => {
      // Whoever wants the same practitioner or room waits here; in this order, so that no two wait for each other.
      const practitioner = await work.practitioners.lock(input.practitionerId);
      const room = await work.rooms.lock(input.roomId);
      const patient = await work.patients.exists(input.patientId);
      refer({ patient_id: patient, practitioner_id: practitioner, room_id: room });
      if (await work.appointments.overlap(input)) {
        throw new Conflict('slot_taken', 'The practitioner or the room is taken at that time.');
      }
      return work.appointments.create({ ...input, createdAt: now() });
    });
  }

  async list(filters: AppointmentFilters, page: PageRequest<InstantKey>): Promise<Page<Appointment>> {
    const { from, to } = filters;
    if (from && to && to <= from) throw new Invalid([{ field: 'to', message: 'It must be after from.' }]);
    return this.units.reading((work) => work.appointments.list(filters, page));
  }

  async read(id: number): Promise<Appointment> {
    return found(await this.units.reading((work) => work.appointments.read(id)));
  }

  changeStatus(user: User, id: number, status: Status): Promise<Appointment> {
    return this.units.work(async (work) => {
      const appointment = found(await work.appointments.lock(id));
      if (!NEXT[appointment.status].includes(status)) {
        throw new Conflict('illegal_transition', `It is ${appointment.status} and cannot become ${status}.`);
      }
      await record(work, {
        user,
        action: 'appointment.status_changed',
        entityId: id,
        before: { status: appointment.status },
        after: { status },
      });
      return work.appointments.update(appointment, { status });
    });
  }

  addTreatment(id: number, { serviceId, quantity }: TreatmentInput): Promise<Treatment> {
    return this.units.work(async (work) => {
      const appointment = found(await work.appointments.lock(id));
      const { service_id: service } = refer({ service_id: await work.services.read(serviceId) });
      if (!TREATABLE.includes(appointment.status)) {
        throw new Conflict('not_treatable', `The appointment is ${appointment.status}.`);
      }
      if (await work.invoices.existsFor(id)) {
        throw new Conflict('already_invoiced', 'The appointment has an invoice.');
      }
      const { name, priceCents, taxBp } = service;
      const netCents = priceCents * BigInt(quantity);
      const taxCents = taxOf(netCents, taxBp);
      const line = { name, priceCents, taxBp, quantity, netCents, taxCents };
      return work.treatments.create({ appointmentId: id, serviceId, ...line });
    });
  }
}

function refuseTimes({ startsAt, endsAt }: AppointmentInput): void {
  const refuse = (message: string) => {
    throw new Invalid([{ field: 'ends_at', message }]);
  };
  if (endsAt <= startsAt) refuse('It must be after starts_at.');
  if (endsAt > addMinutes(startsAt, LONGEST_MINUTES)) refuse('It must be at most 8 hours after starts_at.');
}
