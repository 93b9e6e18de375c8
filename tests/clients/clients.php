<?php
// One POST with a client for PHP as it is by default. Arguments: client, URL, key, body, "switch". Prints the status and
// the answer.
[, $client, $url, $key, $body] = $argv;
$switch = isset($argv[5]);
$headers = ['Authorization' => "Bearer $key", 'Content-Type' => 'application/json'];

if ($client === 'curl') {
    $call = curl_init($url);
    $lines = array_map(fn ($name, $value) => "$name: $value", array_keys($headers), $headers);
    curl_setopt_array($call, [CURLOPT_POSTFIELDS => $body, CURLOPT_HTTPHEADER => $lines, CURLOPT_RETURNTRANSFER => true]);
    if ($switch) {
        curl_setopt($call, CURLOPT_FOLLOWLOCATION, true);
    }
    $answer = curl_exec($call);
    echo curl_getinfo($call, CURLINFO_RESPONSE_CODE), "\n", $answer;
} elseif ($client === 'guzzle') {
    require 'GuzzleHttp/autoload.php';
    $answer = (new GuzzleHttp\Client())->post($url, ['headers' => $headers, 'body' => $body, 'http_errors' => false]);
    echo $answer->getStatusCode(), "\n", $answer->getBody();
} else {
    require 'GuzzleHttp/autoload.php';
    spl_autoload_register(function (string $class): void {
        $folders = ['OpenAI' => 'client', 'Http\Discovery' => 'discovery', 'Http\Message\MultipartStream' => 'multipart-stream-builder'];
        foreach ($folders as $namespace => $folder) {
            $file = "sources/$folder/src/" . strtr(substr($class, strlen($namespace) + 1), '\\', '/') . '.php';
            if (str_starts_with($class, "$namespace\\") && is_file($file)) {
                require $file;
            }
        }
    });
    require 'sources/client/src/OpenAI.php';
    $factory = OpenAI::factory()->withApiKey($key)->withBaseUri(dirname($url, 2));
    if ($switch) {
        require 'Symfony/Component/HttpClient/autoload.php';
        $psr7 = new GuzzleHttp\Psr7\HttpFactory();
        $following = Symfony\Component\HttpClient\HttpClient::create(['timeout' => 300]);
        $factory = $factory->withHttpClient(new Symfony\Component\HttpClient\Psr18Client($following, $psr7, $psr7));
    }
    $openai = $factory->make();
    echo "200\n", json_encode($openai->images()->create(json_decode($body, true))->toArray());
}
