/** The index that a number from 0 to 1 falls on, each as wide as its share. */
export function drawn(shares: readonly number[], chance: number): number {
  let left = chance * shares.reduce((sum, share) => sum + share, 0);
  const index = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return Math.max(0, index);
}
