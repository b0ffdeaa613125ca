/** Shorter values stand in a report by chance, which hiding them would turn to nonsense; and they are guessed. */
export const shortestSecret = 8;

export const canBeHidden = (value: string): boolean => value.length >= shortestSecret;
