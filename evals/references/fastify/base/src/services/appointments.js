import { now } from '../clock.js';
import { Conflict, Invalid, found, refer } from '../errors.js';
import { addMinutes } from '../instants.js';
import { taxOf } from '../money.js';
import { record } from './audit.js';

const LONGEST_MINUTES = 8 * 60;
const NEXT = {
  scheduled: ['confirmed', 'cancelled'],
  confirmed: ['completed', 'cancelled', 'no_show'],
  completed: [],
  cancelled: [],
  no_show: [],
};
const TREATABLE = ['confirmed', 'completed'];

export class AppointmentService {
  constructor({ work, reading }) {
    this.work = work;
    this.reading = reading;
  }

  async create(input) {
    refuseTimes(input);
    return this.work(async (work) => {
      // Whoever wants the same practitioner or room waits here; in this order, so that no two wait for each other.
      const practitioner = await work.practitioners.lock(input.practitionerId);
      const room = await work.rooms.lock(input.roomId);
      const patient = await work.patients.exists({ id: input.patientId });
      refer({ patient_id: patient, practitioner_id: practitioner, room_id: room });
      if (await work.appointments.overlap(input)) {
        throw new Conflict('slot_taken', 'The practitioner or the room is taken at that time.');
      }
      const { id } = await work.appointments.create({ ...input, status: 'scheduled', createdAt: now() });
      return work.appointments.read(id);
    });
  }

  async list(filters, page) {
    const { from, to } = filters;
    if (from && to && to <= from) throw new Invalid([{ field: 'to', message: 'It must be after from.' }]);
    return this.reading((work) => work.appointments.list(filters, page));
  }

  async read(id) {
    return found(await this.reading((work) => work.appointments.read(id)));
  }

  changeStatus(user, id, status) {
    return this.work(async (work) => {
      const appointment = found(await work.appointments.lock(id));
      const before = { status: appointment.status };
      if (!NEXT[appointment.status].includes(status)) {
        throw new Conflict('illegal_transition', `It is ${appointment.status} and cannot become ${status}.`);
      }
      await work.appointments.update(appointment, { status });
      await record(work, {
        user,
        action: 'appointment.status_changed',
        entityId: id,
        before,
        after: { status },
      });
      return work.appointments.read(id);
    });
  }

  addTreatment(id, { serviceId, quantity }) {
    return this.work(async (work) => {
      const appointment = found(await work.appointments.lock(id));
      const service = await work.services.read(serviceId);
      refer({ service_id: service });
      if (!TREATABLE.includes(appointment.status)) {
        throw new Conflict('not_treatable', `The appointment is ${appointment.status}.`);
      }
      if (await work.invoices.exists({ appointmentId: id })) {
        throw new Conflict('already_invoiced', 'The appointment has an invoice.');
      }
      const { name, priceCents, taxBp } = service;
      const netCents = priceCents * quantity;
      const taxCents = taxOf(netCents, taxBp);
      const line = { name, priceCents, taxBp, quantity, netCents, taxCents };
      return work.treatments.create({ appointmentId: id, serviceId, ...line });
    });
  }
}

function refuseTimes({ startsAt, endsAt }) {
  const refuse = (message) => {
    throw new Invalid([{ field: 'ends_at', message }]);
  };
  if (endsAt <= startsAt) refuse('It must be after starts_at.');
  if (endsAt > addMinutes(startsAt, LONGEST_MINUTES)) refuse('It must be at most 8 hours after starts_at.');
}
