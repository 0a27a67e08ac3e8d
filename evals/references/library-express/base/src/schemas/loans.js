import { z } from 'zod';
import { formatInstant } from '../instants.js';
import { day, id, idText, object } from './fields.js';
import { byDueOn, pageOut, pageQuery } from './pages.js';

export const loanIn = object({ book_id: id, user_id: id, due_on: day });

export const returnIn = object({ returned_on: day.optional() });

export const loanQuery = pageQuery(
  {
    user_id: idText.optional(),
    book_id: idText.optional(),
    status: z.enum(['open', 'returned']).optional(),
  },
  byDueOn,
);

export const borrowerOut = ({ id: number, name }) => ({ id: number, name });

export const loanOut = (loan) => ({
  id: loan.id,
  book: { id: loan.book.id, title: loan.book.title },
  user: borrowerOut(loan.user),
  due_on: loan.dueOn,
  returned_on: loan.returnedOn,
  fee_cents: loan.feeCents,
  created_at: formatInstant(loan.createdAt),
});

export const loanPage = (page) => pageOut(page, loanOut, byDueOn);
