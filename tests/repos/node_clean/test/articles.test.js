import test from 'node:test';
import { Sequelize } from 'sequelize';
import request from 'supertest';

import { createApp } from '../src/app.js';
import { Article } from '../src/models/article.js';

test('lists', async () => {
  const memory = new Sequelize('sqlite::memory:', { dialect: 'sqlite' });
  await memory.close();
  await Article.findAll();
  await request(createApp()).get('/health').expect(200);
});
