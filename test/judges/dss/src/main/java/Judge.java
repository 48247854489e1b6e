import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.http.commons.CommonsDataLoader;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.aia.DefaultAIASource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks EU DSS about signed PDF files, with its default policy, and prints one
 * JSON line a file. Files come as arguments, or a line each on standard input,
 * where a tab and the file's password may follow; every argument of --trust is a PEM or DER certificate that is an anchor.
 *
 * <p>One process judges many files: starting Java costs more than a verdict.
 */
public final class Judge {
    private final CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
    private boolean offline;

    public static void main(String[] args) throws Exception {
        Judge judge = new Judge();
        List<String> files = judge.readArguments(args);
        if (!files.isEmpty()) {
            for (String file : files) {
                judge.print(file, "");
            }
            return;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank()) {
                String[] parts = line.strip().split("\t", 2);
                judge.print(parts[0], parts.length > 1 ? parts[1] : "");
            }
        }
    }

    private List<String> readArguments(String[] args) throws Exception {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--trust" -> trust(args[++i]);
                case "--offline" -> offline = true;
                default -> files.add(args[i]);
            }
        }
        return files;
    }

    private void trust(String path) throws Exception {
        try (InputStream in = new FileInputStream(path)) {
            for (CertificateToken token : DSSUtils.loadCertificateFromP7c(in)) {
                anchors.addCertificate(token);
            }
        } catch (RuntimeException notPkcs7) {
            anchors.addCertificate(DSSUtils.loadCertificate(new File(path)));
        }
    }

    private void print(String file, String password) {
        StringBuilder out = new StringBuilder("{\"file\":").append(quote(file));
        try {
            describe(out, file, password);
        } catch (Throwable t) {
            out.append(",\"error\":").append(quote(t.getClass().getSimpleName() + ": " + t.getMessage()));
        }
        System.out.println(out.append('}'));
        System.out.flush();
    }

    private void describe(StringBuilder out, String file, String password) {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
        if (!password.isEmpty() && validator instanceof PDFDocumentValidator pdf) {
            pdf.setPasswordProtection(password.toCharArray());
        }
        validator.setCertificateVerifier(verifier());
        Reports reports = validator.validateDocument();
        SimpleReport simple = reports.getSimpleReport();
        DiagnosticData data = reports.getDiagnosticData();
        out.append(",\"signatures\":[");
        String separator = "";
        for (String id : simple.getSignatureIdList()) {
            out.append(separator);
            describe(out, simple, data.getSignatureById(id));
            separator = ",";
        }
        out.append(']');
    }

    private CommonCertificateVerifier verifier() {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(anchors);
        if (offline) {
            return verifier;
        }
        CommonsDataLoader loader = new CommonsDataLoader();
        verifier.setCrlSource(new OnlineCRLSource(loader));
        OnlineOCSPSource ocsp = new OnlineOCSPSource();
        verifier.setOcspSource(ocsp);
        verifier.setAIASource(new DefaultAIASource(loader));
        return verifier;
    }

    private static void describe(StringBuilder out, SimpleReport simple, SignatureWrapper signature) {
        String id = signature.getId();
        out.append("{\"field\":").append(quote(signature.getFirstFieldName()));
        out.append(",\"indication\":").append(quote(String.valueOf(simple.getIndication(id))));
        Object sub = simple.getSubIndication(id);
        out.append(",\"sub_indication\":").append(quote(sub == null ? "" : sub.toString()));
        out.append(",\"format\":").append(quote(String.valueOf(signature.getSignatureFormat())));
        out.append(",\"intact\":").append(signature.isSignatureIntact());
        out.append(",\"modified\":").append(modified(signature));
        out.append(",\"looks_different\":").append(!signature.getPdfVisualDifferenceConcernedPages().isEmpty());
        out.append(",\"timestamps\":").append(signature.getTimestampList().size());
        out.append(",\"errors\":").append(messages(simple.getAdESValidationErrors(id)));
        out.append(",\"warnings\":").append(messages(simple.getAdESValidationWarnings(id)));
        out.append('}');
    }

    /** Changes after the signature that are more than filling in and signing. */
    private static boolean modified(SignatureWrapper s) {
        return !s.getPdfUndefinedChanges().isEmpty() || !s.getPdfAnnotationChanges().isEmpty()
                || !s.getPdfAnnotationsOverlapConcernedPages().isEmpty()
                || !s.getPdfPageDifferenceConcernedPages().isEmpty();
    }

    private static String messages(List<eu.europa.esig.dss.jaxb.object.Message> list) {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ",").append(quote(list.get(i).getKey() + ": " + list.get(i).getValue()));
        }
        return out.append(']').toString();
    }

    private static String quote(String s) {
        if (s == null) {
            return "null";
        }
        StringBuilder out = new StringBuilder("\"");
        for (char c : s.toCharArray()) {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
