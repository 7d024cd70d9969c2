/** The part of jose that is used, loaded when the first token comes: the rest stays out of the bundle. */
export { createRemoteJWKSet, customFetch, importSPKI, jwtVerify } from "jose";
