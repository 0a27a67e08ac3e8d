import Koa from 'koa';
import { authenticated } from './middleware/authentication.js';
import { notFound, refused } from './middleware/refusals.js';
import { readBody } from './middleware/validation.js';
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

  const app = new Koa();
  app.use(refused);
  app.use(readBody);

  app.use(healthRoutes());
  app.use(userRoutes(accounts, login));
  app.use(sessionRoutes(accounts));
  app.use(login);
  app.use(patientRoutes(new PatientService(units)));
  app.use(practitionerRoutes(new PractitionerService(units)));
  app.use(roomRoutes(new RoomService(units)));
  app.use(serviceRoutes(new PriceListService(units)));
  app.use(appointmentRoutes(appointments, invoices));
  app.use(invoiceRoutes(invoices));
  app.use(reportRoutes(new ReportService(units)));
  app.use(auditRoutes(new AuditService(units)));
  app.use(notFound);
  return app;
}
