import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks veraPDF whether PDF files keep to a profile, and prints one JSON line a
 * file. Lines of standard input are a profile ("2b", "ua1"), a tab and a file.
 */
public final class Vera {
    public static void main(String[] args) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF); // what it has to say is in the answer
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t", 2);
            if (parts.length == 2) {
                print(parts[0], parts[1]);
            }
        }
    }

    private static void print(String profile, String file) {
        StringBuilder out = new StringBuilder("{\"file\":").append(quote(file));
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(profile);
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            describe(out, validator.validate(parser));
        } catch (Throwable t) {
            out.append(",\"error\":").append(quote(t.getClass().getSimpleName() + ": " + t.getMessage()));
        }
        System.out.println(out.append('}'));
        System.out.flush();
    }

    private static void describe(StringBuilder out, ValidationResult result) {
        out.append(",\"compliant\":").append(result.isCompliant()).append(",\"failed\":[");
        String separator = "";
        for (Map.Entry<RuleId, Integer> rule : result.getFailedChecks().entrySet()) {
            RuleId id = rule.getKey();
            String text = result.getValidationProfile().getRuleByRuleId(id).getDescription();
            out.append(separator).append(quote(id.getClause() + "-" + id.getTestNumber() + ": " + text));
            separator = ",";
        }
        out.append(']');
    }

    private static String quote(String s) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : String.valueOf(s).toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
