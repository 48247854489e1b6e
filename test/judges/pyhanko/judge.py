"""Asks pyHanko about signed PDF files and prints one JSON line a file.

Files come as arguments, or a line each on standard input, where a tab and the
file's password may follow. --trust names a PEM or DER certificate that is an
anchor, --recipient a PKCS#12 file (password "secret") for files that were
encrypted for certificates. Revocation is fetched and required.
"""
import argparse
import asyncio
import json
import logging
import sys

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.crypt import PubKeySecurityHandler, SimpleEnvelopeKeyDecrypter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.ades import ades_basic_validation, ades_with_time_validation
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertRevTrustPolicy, CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO
from pyhanko_certvalidator.registry import SimpleTrustManager


def context(anchors):
    return ValidationContext(
        trust_roots=anchors, allow_fetching=True, revocation_mode="require"
    )


def stamped(signature):
    """Whether there is a signature-time-stamp attribute."""
    attributes = signature.signer_info["unsigned_attrs"]
    return any(a["type"].native == "signature_time_stamp_token" for a in attributes)


async def ades(signature, anchors):
    """The indication of ETSI EN 319 102-1, as far as pyHanko has it."""
    spec = SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(anchors),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        )
    )
    # Without a time stamp "validation with time" has nothing to work on.
    validation = ades_with_time_validation if stamped(signature) else ades_basic_validation
    result = await validation(
        signature.signed_data,
        validation_spec=spec,
        raw_digest=signature.compute_digest(),
    )
    return result.ades_subindic.standard_name


async def describe(signature, anchors):
    ctx = context(anchors)
    try:
        status = await async_validate_pdf_signature(signature, ctx, ctx)
        indication = await ades(signature, anchors)
    except Exception as error:  # the judge reports, it does not stop
        return {
            "field": signature.field_name,
            "error": type(error).__name__ + ": " + str(error),
        }
    stamp = status.timestamp_validity
    return {
        "field": signature.field_name,
        "valid": status.bottom_line,
        "ades": indication,
        "intact": status.intact,
        "trusted": status.trusted,
        "coverage": status.coverage.name,
        "modification": status.modification_level.name
        if status.modification_level is not None
        else "",
        "docmdp_ok": status.docmdp_ok,
        "timestamp": bool(stamp and stamp.valid and stamp.trusted),
        "subfilter": str(signature.sig_object["/SubFilter"]),
    }


def unlock(reader, password, recipient):
    """Opens an encrypted file."""
    if isinstance(reader.security_handler, PubKeySecurityHandler):
        reader.decrypt_pubkey(SimpleEnvelopeKeyDecrypter.load_pkcs12(recipient, b"secret"))
    elif reader.security_handler is not None:
        reader.decrypt(password)


async def judge(path, anchors, password, recipient):
    line = {"file": path}
    try:
        with open(path, "rb") as handle:
            reader = PdfFileReader(handle, strict=True)
            unlock(reader, password, recipient)
            line["signatures"] = [
                await describe(s, anchors) for s in reader.embedded_regular_signatures
            ]
    except Exception as error:
        line["error"] = type(error).__name__ + ": " + str(error)
    return line


def main():
    logging.disable(logging.CRITICAL)  # what it has to say is in the answer
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trust", action="append", default=[])
    parser.add_argument("--recipient")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    anchors = list(load_certs_from_pemder(args.trust))
    files = args.files or (line.strip() for line in sys.stdin if line.strip())
    for line in files:
        path, _, password = line.partition("\t")
        verdict = judge(path, anchors, password, args.recipient)
        print(json.dumps(asyncio.run(verdict)), flush=True)


if __name__ == "__main__":
    main()
