import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.http.commons.CommonsDataLoader;
import eu.europa.esig.dss.service.http.commons.TimestampDataLoader;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.service.tsp.OnlineTSPSource;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.aia.DefaultAIASource;

import java.io.File;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs a PDF file with EU DSS, as material for what Consigil extends:
 * Sign KEYS.P12 PASSWORD ROOT.PEM TSA-URL IN then LEVEL=OUT for each level.
 */
public final class Sign {
    public static void main(String[] args) throws Exception {
        CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
        anchors.addCertificate(DSSUtils.loadCertificate(new File(args[2])));
        CommonsDataLoader loader = new CommonsDataLoader();
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(anchors);
        verifier.setCrlSource(new OnlineCRLSource(loader));
        verifier.setOcspSource(new OnlineOCSPSource());
        verifier.setAIASource(new DefaultAIASource(loader));
        PAdESService service = new PAdESService(verifier);
        service.setTspSource(new OnlineTSPSource(args[3], new TimestampDataLoader()));
        DSSDocument in = new FileDocument(args[4]);
        KeyStore keys = KeyStore.getInstance(new File(args[0]), args[1].toCharArray());
        String name = keys.aliases().nextElement();
        PrivateKey key = (PrivateKey) keys.getKey(name, args[1].toCharArray());
        List<CertificateToken> chain = new ArrayList<>();
        for (Certificate c : keys.getCertificateChain(name)) {
            chain.add(new CertificateToken((X509Certificate) c));
        }
        for (int i = 5; i < args.length; i++) {
            String[] job = args[i].split("=", 2);
            PAdESSignatureParameters p = new PAdESSignatureParameters();
            p.setSignatureLevel(SignatureLevel.valueByName(job[0]));
            p.setDigestAlgorithm(DigestAlgorithm.SHA256);
            p.setContentSize(30000);
            p.setSigningCertificate(chain.get(0));
            p.setCertificateChain(chain);
            ToBeSigned data = service.getDataToSign(in, p);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(data.getBytes());
            SignatureValue value = new SignatureValue(SignatureAlgorithm.RSA_SHA256, signature.sign());
            service.signDocument(in, p, value).save(job[1]);
        }
    }
}
