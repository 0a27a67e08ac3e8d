import { Op, UniqueConstraintError, col, fn, where } from 'sequelize';
import { Conflict } from '../errors.js';

/** What the repositories have in common: one model, and the transaction of their unit of work. */
export class Repository {
  /** @param {import('sequelize').Transaction} [transaction] none where nothing is written */
  constructor(model, transaction) {
    this.model = model;
    this.transaction = transaction;
  }

  /** The row, which nobody else changes until the transaction ends; null when there is none. */
  lock(id) {
    return this.model.findByPk(id, { lock: this.transaction.LOCK.UPDATE, transaction: this.transaction });
  }

  /**
   * One page of the rows that match, the number of all that match, and whether more follow the page.
   *
   * `order` names the attributes that order the list, of which the last is the id; `after` has the values of these in
   * the last row of the page before. Rows that come or go between two pages therefore shift nothing.
   */
  async page({ conditions, order, after, limit, ...query }) {
    const all = { [Op.and]: conditions };
    const rest = after ? { [Op.and]: [...conditions, this.#beyond(order, after)] } : all;
    const total = await this.model.count({ where: all, transaction: this.transaction });
    const rows = await this.model.findAll({
      ...query,
      where: rest,
      order: order.map((attribute) => [attribute, 'ASC']),
      limit: limit + 1,
      transaction: this.transaction,
    });
    return { items: rows.slice(0, limit), total, more: rows.length > limit };
  }

  /** `(due_on, id) > (…, …)`: a comparison of rows, which walks the index of the order. */
  #beyond(order, after) {
    const { name, rawAttributes } = this.model;
    const columns = order.map((attribute) => col(`${name}.${rawAttributes[attribute].field}`));
    return where(fn('', ...columns), Op.gt, fn('', ...after));
  }
}

/** Turns the violation of a table's unique index into the conflict that it means. */
export async function refuseDuplicate(written, code, message) {
  try {
    return await written;
  } catch (error) {
    throw error instanceof UniqueConstraintError ? new Conflict(code, message) : error;
  }
}
