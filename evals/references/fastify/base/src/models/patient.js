import { DataTypes } from 'sequelize';
import { conventions, foldedText, required } from './conventions.js';

/** A patient; deleting one sets `deletedAt`, and from then on no query finds it that does not ask for it. */
export const definePatient = (sequelize) =>
  sequelize.define(
    'Patient',
    {
      ...foldedText('name', required(DataTypes.STRING(100))),
      ...foldedText('email', { type: DataTypes.STRING(254) }),
      birthDate: { type: DataTypes.DATEONLY },
      note: { type: DataTypes.TEXT },
      createdAt: required(DataTypes.DATE),
      tagWords: {
        type: DataTypes.VIRTUAL,
        get() {
          return this.tags.map(({ word }) => word).sort();
        },
      },
    },
    {
      ...conventions,
      timestamps: true,
      createdAt: false,
      updatedAt: false,
      paranoid: true,
      indexes: [
        { name: 'patients_email', unique: true, fields: ['email_folded'], where: { deleted_at: null } },
        { name: 'patients_order', fields: ['created_at', 'id'] },
      ],
    },
  );

export const definePatientTag = (sequelize) =>
  sequelize.define(
    'PatientTag',
    {
      patientId: { type: DataTypes.INTEGER, primaryKey: true },
      word: { type: DataTypes.STRING(30), primaryKey: true },
    },
    { ...conventions, indexes: [{ name: 'patient_tags_word', fields: ['word'] }] },
  );
