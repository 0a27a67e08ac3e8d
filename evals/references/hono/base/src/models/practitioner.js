import { DataTypes } from 'sequelize';
import { conventions, required } from './conventions.js';

export const definePractitioner = (sequelize) =>
  sequelize.define(
    'Practitioner',
    {
      name: required(DataTypes.STRING(100)),
      specialtyWords: {
        type: DataTypes.VIRTUAL,
        get() {
          return this.specialties.map(({ word }) => word).sort();
        },
      },
    },
    conventions,
  );

export const definePractitionerSpecialty = (sequelize) =>
  sequelize.define(
    'PractitionerSpecialty',
    {
      practitionerId: { type: DataTypes.INTEGER, primaryKey: true },
      word: { type: DataTypes.STRING(30), primaryKey: true },
    },
    { ...conventions, indexes: [{ name: 'practitioner_specialties_word', fields: ['word'] }] },
  );
