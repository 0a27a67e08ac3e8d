// Loaded by Node before a reference: SQLite itself tells each statement that it runs.
// They go to the file `statements` beside this one, each ended by a NUL.
'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const file = path.join(__dirname, 'statements');
const write = (statement) => fs.appendFileSync(file, `${statement}\0`);
const seen = new Set();

const load = Module._load;
Module._load = function (...call) {
  const library = load.apply(this, call);
  const isSqlite = typeof library === 'object' && library?.OPEN_READWRITE && library.Database && library.Statement;
  if (isSqlite && library.verbose && !seen.has(library)) {
    seen.add(library);
    library.Database = new Proxy(library.Database, {
      construct(target, args) {
        const database = Reflect.construct(target, args);
        database.on('trace', write);
        return database;
      },
    });
  }
  return library;
};
