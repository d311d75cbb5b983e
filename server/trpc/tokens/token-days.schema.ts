/** What the page offers; the server takes any number up to the last. */
export const TOKEN_DAYS = [7, 30, 90, 365] as const;
