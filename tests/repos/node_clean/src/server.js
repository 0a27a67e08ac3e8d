import { createApp } from './app.js';
import { config } from './config.js';
import { sequelize } from './db.js';

await sequelize.sync();
createApp().listen(config.port, '0.0.0.0');
