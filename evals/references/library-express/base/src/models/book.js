import { DataTypes } from 'sequelize';
import { conventions, foldedText, required } from './conventions.js';

export const defineBook = (sequelize) =>
  sequelize.define(
    'Book',
    {
      ...foldedText('title', required(DataTypes.STRING(200))),
      isbn: { type: DataTypes.STRING(13) },
      copies: required(DataTypes.INTEGER),
      /** The copies that are not lent; no column, but counted by the query that asks for it. */
      available: { type: DataTypes.VIRTUAL },
    },
    {
      ...conventions,
      // Books without an ISBN are no duplicates: null never equals null.
      indexes: [{ name: 'books_isbn', unique: true, fields: ['isbn'] }],
    },
  );
