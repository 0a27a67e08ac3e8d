import { BookRepository } from './repositories/books.js';
import { LoanRepository } from './repositories/loans.js';
import { ReportRepository } from './repositories/reports.js';
import { UserRepository } from './repositories/users.js';

/** The repositories, all of them within one transaction, or all without. */
class UnitOfWork {
  constructor({ sequelize: { models }, daysOf }, transaction) {
    this.users = new UserRepository(models, transaction);
    this.books = new BookRepository(models, transaction);
    this.loans = new LoanRepository(models, transaction);
    this.reports = new ReportRepository(models, transaction, daysOf);
  }
}

/** The two ways in which services reach the data. */
export function unitsOfWork(database) {
  return {
    /** Does all of the block or nothing; what it did is committed before its result is there. */
    work: (block) => database.transaction((transaction) => block(new UnitOfWork(database, transaction))),
    /** For blocks that change nothing: each query stands alone. */
    reading: (block) => block(new UnitOfWork(database)),
  };
}
