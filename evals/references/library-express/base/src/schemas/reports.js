import { day, object } from './fields.js';
import { borrowerOut } from './loans.js';

export const overdueQuery = object({ day });

export const overdueOut = ({ day: asked, rows, totalLoans }) => ({
  day: asked,
  rows: rows.map((row) => ({ user: borrowerOut(row), loans: row.loans, days: row.days })),
  total_loans: totalLoans,
});
