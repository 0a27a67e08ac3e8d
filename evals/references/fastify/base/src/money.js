const BASIS_POINTS = 10_000;

/** The tax on an amount, in whole cents, half a cent up. */
export function taxOf(netCents, taxBp) {
  const exact = netCents * taxBp + BASIS_POINTS / 2;
  // Taking the remainder away first keeps the division exact: no fraction ever exists.
  return (exact - (exact % BASIS_POINTS)) / BASIS_POINTS;
}

export function sum(amounts) {
  return amounts.reduce((total, amount) => total + amount, 0);
}
