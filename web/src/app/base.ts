// Where the page is served: the server writes its path prefix into <base href>.

/** "/" or "/prefix/". */
export const basePath = (): string => new URL(document.baseURI).pathname.replace(/[^/]*$/, '');

/** The address of an operation or a file of this server, from its path without the prefix. */
export const serverUrl = (path: string): string => basePath() + path.replace(/^\//, '');
