"""Signs a PDF file with pyHanko, as material for what Consigil extends."""
import argparse

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.keys import load_certs_from_pemder
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator import ValidationContext


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("key", "cert", "chain", "trust"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--field", default="Hanko")
    parser.add_argument("--adobe", action="store_true", help="adbe.pkcs7.detached")
    parser.add_argument("--tsa")
    parser.add_argument("--lt", action="store_true", help="with validation data")
    parser.add_argument("--lta", action="store_true")
    parser.add_argument("--certify", type=int, default=0, help="DocMDP level")
    parser.add_argument("--password", help="of an encrypted file")
    parser.add_argument("source")
    parser.add_argument("target")
    args = parser.parse_args()

    signer = signers.SimpleSigner.load(args.key, args.cert, ca_chain_files=[args.chain])
    context = ValidationContext(
        trust_roots=list(load_certs_from_pemder([args.trust])), allow_fetching=True
    )
    meta = signers.PdfSignatureMetadata(
        field_name=args.field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
        if args.adobe
        else fields.SigSeedSubFilter.PADES,
        embed_validation_info=args.lt or args.lta,
        use_pades_lta=args.lta,
        validation_context=context if args.lt or args.lta else None,
        certify=args.certify > 0,
        docmdp_permissions=fields.MDPPerm(args.certify or 2),
    )
    stamper = timestamps.HTTPTimeStamper(args.tsa) if args.tsa else None
    with open(args.source, "rb") as source, open(args.target, "wb") as target:
        writer = IncrementalPdfFileWriter(source)
        if args.password is not None:
            writer.encrypt(args.password)
        signed = signers.PdfSigner(meta, signer=signer, timestamper=stamper).sign_pdf(writer)
        target.write(signed.getvalue())


if __name__ == "__main__":
    main()
