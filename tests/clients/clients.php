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
} else {
    require 'GuzzleHttp/autoload.php';
    $answer = (new GuzzleHttp\Client())->post($url, ['headers' => $headers, 'body' => $body, 'http_errors' => false]);
    echo $answer->getStatusCode(), "\n", $answer->getBody();
}
