import express, { type Express } from 'express';
import type { Config } from './config.js';
import type { Database } from './database.js';
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
export function createApp(config: Config, database: Database): Express {
  const units = unitsOfWork(database);
  const accounts = new AccountService(units, new Tokens(config.jwtSecret));
  const appointments = new AppointmentService(units);
  const invoices = new InvoiceService(units);
  const login = authenticated(accounts);

  const app = express();
  app.enable('case sensitive routing');
  app.disable('x-powered-by');
  app.disable('etag');

  app.use('/health', healthRoutes());
  app.use('/users', userRoutes(accounts, login));
  app.use('/sessions', sessionRoutes(accounts));
  app.use(login);
  app.use('/patients', patientRoutes(new PatientService(units)));
  app.use('/practitioners', practitionerRoutes(new PractitionerService(units)));
  app.use('/rooms', roomRoutes(new RoomService(units)));
  app.use('/services', serviceRoutes(new PriceListService(units)));
  app.use('/appointments', appointmentRoutes(appointments, invoices));
  app.use('/invoices', invoiceRoutes(invoices));
  app.use('/reports', reportRoutes(new ReportService(units)));
  app.use('/audit', auditRoutes(new AuditService(units)));
  app.use(notFound);
  app.use(refused);
  return app;
}
