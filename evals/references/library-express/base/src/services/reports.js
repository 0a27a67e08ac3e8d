export class ReportService {
  constructor({ reading }) {
    this.reading = reading;
  }

  /** Who has books that were due before a day, and how many. */
  async overdue({ day }) {
    const rows = await this.reading((work) => work.reports.overdue(day));
    return { day, rows, totalLoans: rows.reduce((total, { loans }) => total + loans, 0) };
  }
}
