import Fastify from 'fastify';
import { authentication } from './plugins/authentication.js';
import { badUrl, notFound, refusals } from './plugins/refusals.js';
import { ajv, jsonBodies } from './plugins/validation.js';
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

const LONGEST_BODY = 100 * 1024;

/** The composition root: builds the services over a database and puts the routes before them. */
export function createApp(config, database) {
  const units = unitsOfWork(database);
  const accounts = new AccountService(units, new Tokens(config.jwtSecret));
  const appointments = new AppointmentService(units);
  const invoices = new InvoiceService(units);

  const app = Fastify({ ajv, bodyLimit: LONGEST_BODY, frameworkErrors: badUrl, logger: { level: 'error' } });
  app.addHook('onClose', () => database.sequelize.close());
  app.register(refusals);
  app.register(jsonBodies);
  app.register(authentication, { accounts });

  app.register(healthRoutes, { prefix: '/health' });
  app.register(userRoutes, { prefix: '/users', accounts });
  app.register(sessionRoutes, { prefix: '/sessions', accounts });
  app.register(async (closed) => {
    closed.addHook('onRequest', closed.authenticated);
    closed.register(patientRoutes, { prefix: '/patients', patients: new PatientService(units) });
    closed.register(practitionerRoutes, { prefix: '/practitioners', practitioners: new PractitionerService(units) });
    closed.register(roomRoutes, { prefix: '/rooms', rooms: new RoomService(units) });
    closed.register(serviceRoutes, { prefix: '/services', priceList: new PriceListService(units) });
    closed.register(appointmentRoutes, { prefix: '/appointments', appointments, invoices });
    closed.register(invoiceRoutes, { prefix: '/invoices', invoices });
    closed.register(reportRoutes, { prefix: '/reports', reports: new ReportService(units) });
    closed.register(auditRoutes, { prefix: '/audit', audit: new AuditService(units) });
    closed.setNotFoundHandler(notFound);
  });
  return app;
}
