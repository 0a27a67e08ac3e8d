import { Op } from 'sequelize';
import { Repository, refuseDuplicate } from './repository.js';

const DETAILS = [
  { association: 'book', attributes: ['id', 'title'] },
  { association: 'user', attributes: ['id', 'name'] },
];
const RETURNED_ON = { open: null, returned: { [Op.ne]: null } };

export class LoanRepository extends Repository {
  constructor({ Loan }, transaction) {
    super(Loan, transaction);
  }

  create(loan) {
    const created = this.model.create(loan, { transaction: this.transaction });
    return refuseDuplicate(created, 'already_lent', 'The user has this book.');
  }

  list({ borrowerId, userId, bookId, status }, page) {
    const conditions = [];
    if (borrowerId) conditions.push({ userId: borrowerId });
    if (userId) conditions.push({ userId });
    if (bookId) conditions.push({ bookId });
    if (status) conditions.push({ returnedOn: RETURNED_ON[status] });
    return this.page({ conditions, order: ['dueOn', 'id'], include: DETAILS, ...page });
  }

  read(id) {
    return this.model.findByPk(id, { include: DETAILS, transaction: this.transaction });
  }

  /** The number of open loans of a book, to a user, or of a book to a user. */
  countOpen(condition) {
    return this.model.count({ where: { ...condition, returnedOn: null }, transaction: this.transaction });
  }

  update(loan, values) {
    return loan.update(values, { transaction: this.transaction });
  }
}
