import { DataTypes } from 'sequelize';
import { conventions, foldedText, required } from './conventions.js';

export const defineUser = (sequelize) =>
  sequelize.define(
    'User',
    {
      ...foldedText('email', required(DataTypes.STRING(254))),
      name: required(DataTypes.STRING(100)),
      passwordHash: required(DataTypes.STRING(100)),
      role: required(DataTypes.STRING(10)),
      createdAt: required(DataTypes.DATE),
    },
    {
      ...conventions,
      indexes: [{ name: 'users_email', unique: true, fields: ['email_folded'] }],
    },
  );
