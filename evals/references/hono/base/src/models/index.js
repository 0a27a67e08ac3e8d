import { defineAppointment } from './appointment.js';
import { defineAuditEntry } from './auditEntry.js';
import { defineInvoice } from './invoice.js';
import { definePatient, definePatientTag } from './patient.js';
import { definePayment } from './payment.js';
import { definePractitioner, definePractitionerSpecialty } from './practitioner.js';
import { defineRoom } from './room.js';
import { defineService } from './service.js';
import { defineTreatment } from './treatment.js';
import { defineUser } from './user.js';

/** Gives a Sequelize instance all models and their relations. */
export function defineModels(sequelize) {
  const User = defineUser(sequelize);
  const Patient = definePatient(sequelize);
  const PatientTag = definePatientTag(sequelize);
  const Practitioner = definePractitioner(sequelize);
  const PractitionerSpecialty = definePractitionerSpecialty(sequelize);
  const Room = defineRoom(sequelize);
  const Service = defineService(sequelize);
  const Appointment = defineAppointment(sequelize);
  const Treatment = defineTreatment(sequelize);
  const Invoice = defineInvoice(sequelize);
  const Payment = definePayment(sequelize);
  const AuditEntry = defineAuditEntry(sequelize);

  Patient.hasMany(PatientTag, by('patientId', 'tags'));
  Practitioner.hasMany(PractitionerSpecialty, by('practitionerId', 'specialties'));
  Practitioner.hasMany(Appointment, by('practitionerId', 'appointments'));
  Appointment.belongsTo(Patient, by('patientId', 'patient'));
  Appointment.belongsTo(Practitioner, by('practitionerId', 'practitioner'));
  Appointment.belongsTo(Room, by('roomId', 'room'));
  Appointment.hasMany(Treatment, by('appointmentId', 'treatments'));
  Appointment.hasOne(Invoice, by('appointmentId', 'invoice'));
  Treatment.belongsTo(Service, by('serviceId', 'service'));
  Invoice.belongsTo(Appointment, by('appointmentId', 'appointment'));
  Invoice.hasMany(Payment, by('invoiceId', 'payments'));
  AuditEntry.belongsTo(User, by('userId', 'user'));
}

/** A relation by a foreign key; no row ever goes that another refers to. */
function by(foreignKey, as) {
  return { foreignKey, as, onDelete: 'RESTRICT', onUpdate: 'RESTRICT' };
}

/** Creates what is missing of the schema, one process at a time. */
export function createSchema(database) {
  return database.exclusively((transaction) => database.sequelize.sync({ transaction }));
}
