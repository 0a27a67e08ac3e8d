import { DataTypes } from 'sequelize';
import { conventions, required } from './conventions.js';

/** A loan; it is open as long as `returnedOn` is null. */
export const defineLoan = (sequelize) =>
  sequelize.define(
    'Loan',
    {
      bookId: required(DataTypes.INTEGER),
      userId: required(DataTypes.INTEGER),
      dueOn: required(DataTypes.DATEONLY),
      returnedOn: { type: DataTypes.DATEONLY },
      feeCents: required(DataTypes.INTEGER),
      createdAt: required(DataTypes.DATE),
    },
    {
      ...conventions,
      indexes: [
        { name: 'loans_open', unique: true, fields: ['book_id', 'user_id'], where: { returned_on: null } },
        { name: 'loans_order', fields: ['due_on', 'id'] },
        { name: 'loans_book', fields: ['book_id', 'due_on', 'id'] },
        { name: 'loans_user', fields: ['user_id', 'due_on', 'id'] },
      ],
    },
  );
