/** Certificates for a minute's use, made with openssl where it is installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** PEM, as files hold it. */
export interface KeyPair {
  readonly key: string;
  readonly certificate: string;
}

export function hasOpenssl(): boolean {
  return spawnSync("openssl", ["version"]).status === 0;
}

/** A certificate that vouches for itself, for this name and 127.0.0.1. */
export function selfSigned(name: string): KeyPair {
  const directory = mkdtempSync(join(tmpdir(), "selvedge-certificate-"));
  const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
  try {
    const { status, stderr } = spawnSync(
      "openssl",
      [
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "1",
        ],
        ...["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name},IP:127.0.0.1`],
        ...["-keyout", key, "-out", certificate],
      ],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`openssl: ${stderr}`);
    return { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
