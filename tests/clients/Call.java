// One POST with Java's HttpClient as it is by default. Arguments: URL, key, body, "switch". Prints the status and the answer.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Call {
    public static void main(String[] given) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(given[0]))
            .header("Authorization", "Bearer " + given[1])
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(given[2]))
            .build();
        HttpClient.Builder client = HttpClient.newBuilder();
        if (given.length > 3) client.followRedirects(HttpClient.Redirect.NORMAL);
        HttpResponse<String> answer = client.build().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode());
        System.out.println(answer.body());
    }
}
