import { DataTypes } from 'sequelize';
import { conventions, required } from './conventions.js';

export const defineAuditEntry = (sequelize) =>
  sequelize.define(
    'AuditEntry',
    {
      at: required(DataTypes.DATE),
      userId: required(DataTypes.INTEGER),
      action: required(DataTypes.STRING(40)),
      entity: required(DataTypes.STRING(20)),
      entityId: required(DataTypes.INTEGER),
      changes: required(DataTypes.JSON),
    },
    {
      ...conventions,
      indexes: [
        { name: 'audit_entries_order', fields: ['at', 'id'] },
        { name: 'audit_entries_entity', fields: ['entity', 'entity_id'] },
        { name: 'audit_entries_user', fields: ['user_id'] },
      ],
    },
  );
