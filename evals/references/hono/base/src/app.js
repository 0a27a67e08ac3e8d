import { factory } from './factory.js';
import { authenticated } from './middleware/authentication.js';
import { notFound, refused } from './middleware/refusals.js';
import { appointmentRoutes } from './routes/appointments.js';
import { auditRoutes } from './routes/audit.js';
import { healthRoutes } from './routes/health.js';
import { invoiceRoutes } from './routes/invoices.js';
import { patientRoutes } from './routes/patients.js';
import { practitionerRoutes } from './routes/practitioners.js';
import { reportRoutes } from './routes/reports.js';
import { roomRoutes } from './routes/rooms.js';
import { serviceRoutes } from './routes/services.js';
import { sessionRoutes } from './routes/sessions.js';
import { userRoutes } from './routes/users.js';
import { Tokens } from './security.js';
import { AccountService } from './services/accounts.js';
import { AppointmentService } from './services/appointments.js';
import { AuditService } from './services/audit.js';
import { InvoiceService } from './services/invoices.js';
import { PatientService } from './services/patients.js';
import { PractitionerService } from './services/practitioners.js';
import { PriceListService } from './services/priceList.js';
import { ReportService } from './services/reports.js';
import { RoomService } from './services/rooms.js';
import { unitsOfWork } from './unitOfWork.js';

/** The composition root: builds the services over a database and puts the routes before them. */
export function createApp(config, database) {
  const units = unitsOfWork(database);
  const accounts = new AccountService(units, new Tokens(config.jwtSecret));
  const appointments = new AppointmentService(units);
  const invoices = new InvoiceService(units);
  const login = authenticated(accounts);

  const app = factory.createApp();
  app.notFound(notFound);
  app.onError(refused);

  app.route('/health', healthRoutes());
  app.route('/users', userRoutes(accounts, login));
  app.route('/sessions', sessionRoutes(accounts));
  app.use(login);
  app.route('/patients', patientRoutes(new PatientService(units)));
  app.route('/practitioners', practitionerRoutes(new PractitionerService(units)));
  app.route('/rooms', roomRoutes(new RoomService(units)));
  app.route('/services', serviceRoutes(new PriceListService(units)));
  app.route('/appointments', appointmentRoutes(appointments, invoices));
  app.route('/invoices', invoiceRoutes(invoices));
  app.route('/reports', reportRoutes(new ReportService(units)));
  app.route('/audit', auditRoutes(new AuditService(units)));
  return app;
}
