import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.enumerations.SignaturePackaging;
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
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs12SignatureToken;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore.PasswordProtection;

/**
 * Signs one PDF with EU DSS as often as it is told, so that a benchmark can
 * compare: every line of standard input is a level and a count ("B-LTA 20"),
 * answered by a line with the milliseconds of each signature.
 *
 * <p>Arguments: PDF, PKCS#12, its password, address of a TSA, PEM of the root.
 */
public final class SignBench {
    private final FileDocument document;
    private final Pkcs12SignatureToken token;
    private final DSSPrivateKeyEntry key;
    private final PAdESService service;

    private SignBench(String[] args) throws Exception {
        document = new FileDocument(args[0]);
        token = new Pkcs12SignatureToken(new File(args[1]), new PasswordProtection(args[2].toCharArray()));
        key = token.getKeys().get(0);
        service = new PAdESService(verifier(DSSUtils.loadCertificate(new File(args[4]))));
        service.setTspSource(new OnlineTSPSource(args[3], new TimestampDataLoader()));
    }

    public static void main(String[] args) throws Exception {
        SignBench bench = new SignBench(args);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.trim().split(" ");
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                long start = System.nanoTime();
                bench.sign(SignatureLevel.valueByName("PAdES-BASELINE-" + words[0].substring(2)));
                out.append(i == 0 ? "" : " ").append((System.nanoTime() - start) / 1e6);
            }
            System.out.println(out);
            System.out.flush();
        }
    }

    private static CommonCertificateVerifier verifier(CertificateToken root) {
        CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
        anchors.addCertificate(root);
        CommonsDataLoader loader = new CommonsDataLoader();
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(anchors);
        verifier.setCrlSource(new OnlineCRLSource(loader));
        verifier.setOcspSource(new OnlineOCSPSource());
        verifier.setAIASource(new DefaultAIASource(loader));
        return verifier;
    }

    private void sign(SignatureLevel level) throws Exception {
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(level);
        parameters.setSignaturePackaging(SignaturePackaging.ENVELOPED);
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(key.getCertificate());
        parameters.setCertificateChain(key.getCertificateChain());
        parameters.setContentSize(16384);
        ToBeSigned data = service.getDataToSign(document, parameters);
        SignatureValue value = token.sign(data, parameters.getDigestAlgorithm(), key);
        service.signDocument(document, parameters, value).writeTo(new ByteArrayOutputStream());
    }
}
