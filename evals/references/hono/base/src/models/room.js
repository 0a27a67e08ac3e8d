import { DataTypes } from 'sequelize';
import { conventions, required } from './conventions.js';

export const defineRoom = (sequelize) =>
  sequelize.define('Room', { name: required(DataTypes.STRING(100)) }, conventions);
