import { now } from '../clock.js';
import { Conflict, found, refer } from '../errors.js';
import { daysBetween, formatDay } from '../instants.js';

const MOST_OPEN = 3;
const FEE_CENTS_A_DAY = 25;
const HIGHEST_FEE_CENTS = 1000;

export class LoanService {
  constructor({ work, reading }) {
    this.work = work;
    this.reading = reading;
  }

  lend({ bookId, userId, dueOn }) {
    return this.work(async (work) => {
      // Whoever wants the same book, or lends to the same user, waits here; in this order, so that no two wait for
      // each other.
      const book = await work.books.lock(bookId);
      const user = await work.users.lock(userId);
      refer({ book_id: book, user_id: user });
      if ((await work.loans.countOpen({ bookId, userId })) > 0) {
        throw new Conflict('already_lent', 'The user has this book.');
      }
      if ((await work.loans.countOpen({ bookId })) >= book.copies) {
        throw new Conflict('no_copy_left', 'All copies of the book are lent.');
      }
      if ((await work.loans.countOpen({ userId })) >= MOST_OPEN) {
        throw new Conflict('limit_reached', `The user has ${MOST_OPEN} books.`);
      }
      const { id } = await work.loans.create({ bookId, userId, dueOn, feeCents: 0, createdAt: now() });
      return work.loans.read(id);
    });
  }

  /** A member's list holds the member's own loans, whatever else is asked for. */
  list(user, filters, page) {
    const borrowerId = user.role === 'librarian' ? undefined : user.id;
    return this.reading((work) => work.loans.list({ ...filters, borrowerId }, page));
  }

  async read(id) {
    return found(await this.reading((work) => work.loans.read(id)));
  }

  takeBack(id, { returnedOn = formatDay(now()) }) {
    return this.work(async (work) => {
      const loan = found(await work.loans.lock(id));
      if (loan.returnedOn) throw new Conflict('already_returned', `The book came back on ${loan.returnedOn}.`);
      await work.loans.update(loan, { returnedOn, feeCents: feeOf(loan.dueOn, returnedOn) });
      return work.loans.read(id);
    });
  }
}

function feeOf(dueOn, returnedOn) {
  const daysLate = Math.max(0, daysBetween(dueOn, returnedOn));
  return Math.min(daysLate * FEE_CENTS_A_DAY, HIGHEST_FEE_CENTS);
}
