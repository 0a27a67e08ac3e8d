import { DataTypes, Model } from 'sequelize';

import { sequelize } from '../db.js';

export class Article extends Model {}

Article.init(
  { title: { type: DataTypes.STRING, allowNull: false } },
  { sequelize, modelName: 'article' },
);
