import { literal } from 'sequelize';

/** Each word of a set once, as a row of the table that keeps it. */
export function uniqueRows(words, owner) {
  return [...new Set(words)].map((word) => ({ ...owner, word }));
}

/** A subquery for the owners that have one of the words, or every one of them. */
export function idsWithWords(model, owner, words, all) {
  const wanted = [...new Set(words)];
  const list = wanted.map((word) => model.sequelize.escape(word)).join(', ');
  const least = all ? wanted.length : 1;
  return literal(
    `(SELECT ${owner} FROM ${model.tableName} WHERE word IN (${list}) GROUP BY ${owner} HAVING COUNT(*) >= ${least})`,
  );
}
