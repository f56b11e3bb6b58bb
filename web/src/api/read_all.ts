// All of a list that comes in pages.

const PAGE = 100;

/** `read` answers one page and how long the whole is; ends with that, with an empty page, or with `most` rows. */
export async function readAll<Row>(
  read: (page: { limit: number; offset: number }) => Promise<readonly [rows: readonly Row[], total: number]>,
  most = Infinity,
): Promise<Row[]> {
  const all: Row[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the last ended
    const [rows, total] = await read({ limit: PAGE, offset: all.length });
    all.push(...rows);
    if (rows.length === 0 || all.length >= Math.min(total, most)) return all;
  }
}
