import { Op, cast, col, fn, literal } from 'sequelize';
import { daysSince1970 } from '../instants.js';

export class ReportRepository {
  constructor({ Loan }, transaction, daysOf) {
    this.loans = Loan;
    this.transaction = transaction;
    this.daysOf = daysOf;
  }

  /** For each user with open loans that were due before a day, their number and the sum of their days since then. */
  overdue(day) {
    const [id, name] = [col('user.id'), col('user.name')];
    const daysLate = literal(`${daysSince1970(day)} - ${this.daysOf('"Loan"."due_on"')}`);
    return this.loans.findAll({
      attributes: [
        [id, 'id'],
        [name, 'name'],
        [fn('COUNT', col('Loan.id')), 'loans'],
        [cast(fn('SUM', daysLate), 'BIGINT'), 'days'],
      ],
      include: { association: 'user', attributes: [] },
      where: { returnedOn: null, dueOn: { [Op.lt]: day } },
      group: [id, name],
      order: [id],
      raw: true,
      transaction: this.transaction,
    });
  }
}
