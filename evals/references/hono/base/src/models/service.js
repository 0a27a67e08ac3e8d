import { DataTypes } from 'sequelize';
import { cents, conventions, required } from './conventions.js';

export const defineService = (sequelize) =>
  sequelize.define(
    'Service',
    {
      name: required(DataTypes.STRING(100)),
      priceCents: cents(),
      taxBp: required(DataTypes.INTEGER),
    },
    conventions,
  );
