import { fold } from '../text.js';

/** Options of every model: columns are called `due_on`, attributes `dueOn`; times are set by the services. */
export const conventions = { underscored: true, timestamps: false };

export const required = (type) => ({ type, allowNull: false });

/** A text, and beside it the text in folded case, by which it is compared without asking any collation. */
export function foldedText(name, column) {
  const folded = `${name}Folded`;
  const set = function set(value) {
    this.setDataValue(name, value);
    this.setDataValue(folded, fold(value));
  };
  return { [name]: { ...column, set }, [folded]: column };
}
