import { DataTypes } from 'sequelize';
import { fold } from '../text.js';

/** Options of every model: columns are called `starts_at`, attributes `startsAt`; times are set by the services. */
export const conventions = { underscored: true, timestamps: false };

export const required = (type) => ({ type, allowNull: false });

/** Sums of cents leave the range of 32 bits. */
export const cents = () => required(DataTypes.BIGINT);

/** A text, and beside it the text in folded case, by which it is compared without asking any collation. */
export function foldedText(name, column) {
  const folded = `${name}Folded`;
  const set = function set(value) {
    this.setDataValue(name, value);
    this.setDataValue(folded, value === null ? null : fold(value));
  };
  return { [name]: { ...column, set }, [folded]: column };
}
