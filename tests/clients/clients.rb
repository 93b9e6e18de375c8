# One POST with Faraday as it is by default. Arguments: client, URL, key, body, "switch". Prints the status and the answer.
require "faraday"
require "faraday_middleware"

_, url, key, body, switch = ARGV
connection = Faraday.new do |built|
  built.use FaradayMiddleware::FollowRedirects, limit: 9 if switch
  built.adapter Faraday.default_adapter
end
answer = connection.post(url, body, "Authorization" => "Bearer #{key}", "Content-Type" => "application/json")
puts answer.status, answer.body
