const BASIS_POINTS = 10_000n;

/** The tax on an amount, in whole cents, half a cent up. */
export function taxOf(netCents: bigint, taxBp: number): bigint {
  return (netCents * BigInt(taxBp) + BASIS_POINTS / 2n) / BASIS_POINTS;
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
