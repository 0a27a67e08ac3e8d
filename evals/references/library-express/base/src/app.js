import express from 'express';
import { authenticated } from './middleware/authentication.js';
import { notFound, refused } from './middleware/refusals.js';
import { bookRoutes } from './routes/books.js';
import { healthRoutes } from './routes/health.js';
import { loanRoutes } from './routes/loans.js';
import { reportRoutes } from './routes/reports.js';
import { sessionRoutes } from './routes/sessions.js';
import { userRoutes } from './routes/users.js';
import { Tokens } from './security.js';
import { AccountService } from './services/accounts.js';
import { BookService } from './services/books.js';
import { LoanService } from './services/loans.js';
import { ReportService } from './services/reports.js';
import { unitsOfWork } from './unitOfWork.js';

/** The composition root: builds the services over a database and puts the routes before them. */
export function createApp(config, database) {
  const units = unitsOfWork(database);
  const accounts = new AccountService(units, new Tokens(config.jwtSecret));

  const app = express();
  app.enable('case sensitive routing');
  app.disable('x-powered-by');
  app.disable('etag');

  app.use('/health', healthRoutes());
  app.use('/users', userRoutes(accounts));
  app.use('/sessions', sessionRoutes(accounts));
  app.use(authenticated(accounts));
  app.use('/books', bookRoutes(new BookService(units)));
  app.use('/loans', loanRoutes(new LoanService(units)));
  app.use('/reports', reportRoutes(new ReportService(units)));
  app.use(notFound);
  app.use(refused);
  return app;
}
