# One POST with a client for Ruby as it is by default. Arguments: client, URL, key, body, "switch". Prints the status and
# the answer.
require "json"

client, url, key, body, switch = ARGV

def with_faraday(url, key, body, switch)
  require "faraday"
  require "faraday_middleware"
  connection = Faraday.new do |built|
    built.use FaradayMiddleware::FollowRedirects, limit: 9 if switch
    built.adapter Faraday.default_adapter
  end
  answer = connection.post(url, body, "Authorization" => "Bearer #{key}", "Content-Type" => "application/json")
  puts answer.status, answer.body
end

def with_ruby_openai(url, key, body, switch)
  Dir["sources/*/lib"].each { |folder| $LOAD_PATH.unshift File.expand_path(folder) }
  require "openai"
  require "faraday/follow_redirects"
  follow = ->(built) { built.response :follow_redirects, limit: 9 } if switch
  openai = OpenAI::Client.new(access_token: key, uri_base: File.dirname(url, 2), &follow)
  puts 200, JSON.generate(openai.images.generate(parameters: JSON.parse(body)))
end

client == "faraday" ? with_faraday(url, key, body, switch) : with_ruby_openai(url, key, body, switch)
